#include <stdio.h>

#include "base/base.h"

int main(void) {
  hash_start();
  puts("tongxin");
  return 0;
}
