-- 0015_allowed_urls: the hosts that tasks may name themselves, by a URL of their own instead of a target's path.
-- Initially none.
create table taskqueue._allowed_urls (
  entry text primary key,           -- a host name, *.suffix, * for any public name, or an address or CIDR
  range cidr,                       -- the entry, if it is addresses
  created timestamptz not null
);
