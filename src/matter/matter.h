/* matter: what is to be done?
 *
 * Procedures (procedure.h) say how a kind of matter runs; the engine runs them and knows none by name. A matter is a
 * bundle of tracks with stages, fields and clocks; an action by an actor moves a track, and what follows is effects:
 * clocks start, messages go out, further tracks and matters are opened. Everything that happens is one step with one
 * journal entry in one transaction (engine.h). state.h loads a matter for whoever reads or moves it; calendar.h,
 * limit.h and clock.h count legal time; catalogue.h knows codes with their conditions and limits; duplicate.h says which
 * reports may be the same thing. Reads the rooms place and people; knows nothing of HTTP. */
#ifndef MATTER_MATTER_H
#define MATTER_MATTER_H

#include "matter/catalogue.h"
#include "matter/clock.h"
#include "matter/engine.h"
#include "matter/procedure.h"
#include "matter/state.h"

#endif
