/* What pages/plates.html shows: plates to print, cut out and put up at stairwells. */
#ifndef WEB_VIEW_PLATES_H
#define WEB_VIEW_PLATES_H

#include <stdbool.h>

struct view_plate {
  const char *place;      /* "3号楼 2单元" */
  const char *where;      /* "金川路街道金谷里社区" */
  const char *code;       /* as printed: two groups of five */
  const char *address;    /* what the QR code holds */
  const char *view, *path; /* of its drawing */
};

struct view_plates {
  const char *place; /* the street, community, grid or building they are of */
  const struct view_plate *plates;
  int count;
  bool more; /* there are more than one sheet run holds */
};

#endif
