-- Corrections of a subject's readings. What counts is asked for with `not in` over these few rows, which is one hash whatever the planner
-- knows of the table: an anti join was planned as a comparison of every reading with every other.
create index reading_correction on reading (subject) include (replaces, received_at) where replaces is not null;
