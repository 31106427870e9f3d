/* board: what is public, and what is taken along?
 *
 * Notices, publication periods, objections, documents, statistics, feeds, and lists as tables. Today: sheet.h (CSV and
 * XLSX). */
#ifndef BOARD_BOARD_H
#define BOARD_BOARD_H

#include "board/sheet.h"

#endif
