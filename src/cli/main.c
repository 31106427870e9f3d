#include "cli/cli.h"

int main(int argc, char **argv) {
  hash_start();
  return cli_main(argc, argv);
}
