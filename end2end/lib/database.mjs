// A fresh PostgreSQL database for one server.

import pg from 'pg';

let made = 0;

/// Where databases can be made; nothing when this machine has no PostgreSQL.
export const postgres = process.env.VESTIBULE_TEST_POSTGRES;

/// Makes an empty database. `drop` takes it away again.
export async function freshDatabase() {
  const name = `journey_${process.pid}_${++made}`;
  await ask(`create database ${name}`);
  const url = new URL(postgres);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => ask(`drop database if exists ${name} with (force)`) };
}

async function ask(statement) {
  const client = new pg.Client({ connectionString: postgres });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
