-- _plain_header: the name of a header as servers read it that hand requests over as CGI variables: in lower case, with
-- a hyphen for all that is no letter or digit. For names that are tokens.
create or replace function taskqueue._plain_header(name text) returns text
language sql immutable as $$
  select translate(lower(name), '!#$%&''*+.^_`|~', '--------------')
$$;
