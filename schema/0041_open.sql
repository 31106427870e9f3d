-- Open matters, of which there are few among many ended ones: counts beside tabs, and the lists of what is under way.
CREATE INDEX matter_open ON matter (district, street, opened) WHERE outcome = 0;
