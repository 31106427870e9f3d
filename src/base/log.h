/* The log: one line of logfmt an event, on standard error. It carries a request id where there is one and never
 * personal data: ids and codes, no names, no texts, no addresses of people. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };

/* Writes `event` and key, value, key, value ... NULL (all strings). */
void log_event(enum log_level level, const char *event, ... /* NULL */) __attribute__((sentinel));

/* Lines below `level` are not written. TONGXIN_LOG=debug|info|warning|error sets it at start. */
void log_set_level(enum log_level level);

#endif
