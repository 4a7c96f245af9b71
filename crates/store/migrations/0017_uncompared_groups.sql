-- Which groups at a target could not be compared the last time, and why: sentences.
alter table targets add column uncompared text;
