/* A map on a page: {{include map m.map}} (pages/map.html), which needs {{include map_head m.map}} in the head. */
#ifndef WEB_VIEW_MAP_H
#define WEB_VIEW_MAP_H

#include <stdbool.h>
#include <stdint.h>

struct view_map {
  const char *title;   /* what it is of; NULL: cases */
  const char *cases;   /* address of the pins ("/map/cases.json?state=open"), NULL none */
  const char *list;    /* page that says the same without a script ("/cases?state=open"); NULL: none */
  const char *own;     /* GeoJSON of areas that stand in the page and are shown whole at the beginning; NULL: the streets */
  int64_t street;      /* shown whole at the beginning, with its communities and grids; 0: the district */
  const char *at;      /* "102.188,38.520": the middle; NULL: everything */
  const char *point;   /* state of one pin at `at` ("ok", "soon", "late" ...); NULL none */
  const char *pick;    /* ids of two fields that get longitude and latitude: "f-lon f-lat"; NULL: nothing is picked */
  const char *marks;   /* numbered marks, "102.188,38.520 102.190,38.521": findings of a drawing; NULL or "" none */
  const char *draw;    /* id of a field of lines that gets the corners pressed on the map, "f-points"; NULL: nothing is drawn */
  const char *tiles;   /* app_of(r)->tiles */
  int zoom;            /* 0: 13 */
  bool communities;    /* draw their borders */
  bool grids;          /* and the grids, for those who hold a post */
  bool tall, layers;   /* high; with the buttons for pins, heat and grids */
};

#endif
