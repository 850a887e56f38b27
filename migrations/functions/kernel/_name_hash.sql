-- _name_hash: the first 16 bytes of the SHA-256 of a name, which _names is keyed by.
create or replace function taskqueue._name_hash(name text) returns uuid
language sql stable as $$ select encode(substr(sha256(convert_to(name, 'UTF8')), 1, 16), 'hex')::uuid $$;
