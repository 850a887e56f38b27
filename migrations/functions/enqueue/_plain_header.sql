-- _plain_header: the name of a header as servers read it that pass requests on as CGI variables: in lower case, with a
-- hyphen for everything that is not a letter or a digit. For names that are tokens.
create or replace function taskqueue._plain_header(name text) returns text
language sql immutable as $$
  select translate(lower(name), '!#$%&''*+.^_`|~', '--------------')
$$;
