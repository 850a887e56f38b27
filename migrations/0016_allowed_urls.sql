-- 0016_allowed_urls: which hosts tasks may name themselves, by a URL of their own in place of a target's path. Empty: none, as at first.
create table taskqueue._allowed_urls (
  entry text primary key,           -- a host name, *.suffix, * for any public name, or an address or CIDR
  range cidr,                       -- the entry, when it is addresses
  created timestamptz not null
);
