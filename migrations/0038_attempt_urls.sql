-- 0038_attempt_urls: the URL that an attempt called: its target may be another one by the time somebody asks.
-- Null: none was called, or the dispatcher is of an earlier version.
alter table taskqueue._attempts add column url text;
