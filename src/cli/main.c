#include <string.h>

#include "cli/cli.h"
#include "store/photo.h"

/* The photo helper comes before anything else: photo_process() starts it, and it must not open a thing. */
int main(int argc, char **argv) {
  if (argc == 2 && strcmp(argv[1], PHOTO_WORKER) == 0) return photo_worker_main();
  hash_start();
  return cli_main(argc, argv);
}
