-- Updates of requests by time, for programs that follow them.
CREATE INDEX step_at ON step (district, at);
