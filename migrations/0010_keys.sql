-- 0010_keys: which key signs the requests to a target, by reference: the secrets themselves are in no database and no
-- dump.
create table taskqueue._keys (
  target text not null,
  reference text not null, -- env:NAME or file:/path, which each dispatcher reads in its own process
  created timestamptz not null,
  expires timestamptz, -- when it stops signing beside the newer key; null: the current one
  primary key (target, reference)
);
