/* Words that rows of every list share. */
#ifndef WEB_DESK_ROWS_H
#define WEB_DESK_ROWS_H

#include "web/view_desk.h"

/* Source, urgency and supervision card in words. */
void desk_row_words(struct desk_row *row, const struct case_asker *who, const struct procedure *p, const char *source,
                    const char *urgency, int card);
/* Street above, community, grid and address below; NULL where there is none. */
void desk_row_place(struct desk_row *row, const struct case_asker *who, const char *street, const char *community,
                    const char *grid, const char *address);

#endif
