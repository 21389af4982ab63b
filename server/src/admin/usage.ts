/** What `--help` prints. */
export const USAGE = `Operate a Plenary installation.

  npm run admin -- user create --email E --name N [--admin]
      Creates a person, or finds the one with this address, and prints a one-time sign-in link.
      --admin makes them an administrator.
  npm run admin -- token create --email E [--label L]
      Issues an API token for a person. The token is the last line of standard output.
  npm run admin -- backup FILE
      Writes everything into one file: database, files, mail. People may go on working.
  npm run admin -- restore FILE [--force]
      Fills an empty store from a backup. The servers must be stopped. With --force a store that is
      not empty is restored too; what was in it is kept, in a folder or schema named replaced….
  npm run admin -- migrate
      Brings the database to this version. The server must be stopped; npm start does it by itself.
  npm run admin -- --help

The store is the PostgreSQL of DATABASE_URL, else the data folder DATA_DIR, else ./data; a backup of
one restores to the other. PUBLIC_URL (or HOST and PORT) is the address in links. All but restore
and migrate work beside a running server. Links and tokens issued here are told to the
person and recorded, and what is done through them is marked as begun by the operator.
`;
