/** Migrations are kept as `.sql` files; the bundler and the test runner import them as text. */
declare module '*.sql' {
  const sql: string;
  // biome-ignore lint/style/noDefaultExport: this is how bundlers hand a text file over.
  export default sql;
}
