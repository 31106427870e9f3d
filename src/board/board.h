/* board: what is public, and what is taken along?
 *
 * Notices and how long they hang, objections, documents, statistics under which no person can be found, feeds, and any
 * list as a table to take along (sheet.h: CSV and XLSX, without formulas; paper.h: what is printed, as PDF). It reads what the
 * rooms below decided and changes nothing there; who may see what is asked of people, never decided here. */
#ifndef BOARD_BOARD_H
#define BOARD_BOARD_H

#include "board/chart.h"
#include "board/notice.h"
#include "board/paper.h"
#include "board/sheet.h"

#endif
