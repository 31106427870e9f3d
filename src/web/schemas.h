/* The JSON schemas of replies, compiled in from src/web/schemas/NAME.json. */
#ifndef WEB_SCHEMAS_H
#define WEB_SCHEMAS_H

struct schema_text {
  const char *name, *text;
};

/* Ended by a NULL name. */
extern const struct schema_text schema_texts[];

#endif
