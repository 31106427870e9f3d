-- Lists in the order they are shown: the newest of one phase, the newest that are open. Without the order in the index every
-- matter that ever was in the phase would be read and sorted for a page of fifty.
DROP INDEX matter_phase;
CREATE INDEX matter_phase ON matter (district, phase, opened);
DROP INDEX matter_open;
CREATE INDEX matter_open ON matter (district, opened) WHERE outcome = 0;
-- A procedure that is rarely used among a million other matters.
CREATE INDEX matter_procedure ON matter (district, procedure, opened);
