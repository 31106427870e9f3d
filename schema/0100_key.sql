-- What a program may say of where its reports come from: the names of sources, a space between ("hotline police").
ALTER TABLE api_key ADD COLUMN sources TEXT NOT NULL DEFAULT '';
