-- What a target speaks, with the settings of that: SCIM as before, or LDAP.
alter table targets add column kind text not null default '"scim"';
