import { TEST_SECRET } from './app.js';

/** What a command said and how it ended. */
export interface CliRun {
  code: number;
  stdout: string;
  stderr: string;
  /** stdout as JSON. */
  json: () => unknown;
}

/** What a command says on stderr with --json when it fails. */
export interface Failure {
  code: string;
  detail: string;
  exit_code: number;
  errors?: { field: string; message: string }[];
}

export const failureOf = (run: CliRun): Failure => JSON.parse(run.stderr) as Failure;

/** Runs commands in this process, on one database; a script's view: no terminal, no colours. */
export function cliOn(database_url: string, env: NodeJS.ProcessEnv = {}): (...argv: string[]) => Promise<CliRun> {
  return async (...argv) => {
    // nest-commander is CommonJS and requires Nest, which Jest can only give it once Nest is loaded
    const { runCli } = await import('../../src/cli.run.js');
    const said = { stdout: '', stderr: '' };
    const code = await runCli(argv, {
      stdout: { write: (text) => (said.stdout += text) },
      stderr: { write: (text) => (said.stderr += text) },
      env: { NODE_ENV: 'test', JWT_SECRET: TEST_SECRET, DATABASE_URL: database_url, ...env },
    });
    return { code, ...said, json: () => JSON.parse(said.stdout) as unknown };
  };
}
