/** Migrations are kept as `.sql` files; the bundler and the test runner import them as text. */
declare module '*.sql' {
  const sql: string;
  export default sql;
}
