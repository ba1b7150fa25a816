import { TEST_SECRET } from './app.js';

/** Output and exit code of a command. */
export interface CliRun {
  code: number;
  stdout: string;
  stderr: string;
  /** stdout as JSON. */
  json: () => unknown;
}

/** The error of a command on stderr with --json. */
export interface Failure {
  code: string;
  detail: string;
  exit_code: number;
  errors?: { field: string; message: string }[];
}

export const failureOf = (run: CliRun): Failure => JSON.parse(run.stderr) as Failure;

/** Runs commands in this process, on one database, as a script would: no terminal, no colours. */
export function cliOn(database_url: string, env: NodeJS.ProcessEnv = {}): (...argv: string[]) => Promise<CliRun> {
  return async (...argv) => {
    // nest-commander is CommonJS and requires Nest, which Jest can only give it once Nest is loaded
    const { runCli } = await import('../../src/cli/run.js');
    const output = { stdout: '', stderr: '' };
    const code = await runCli(argv, {
      stdout: { write: (text) => (output.stdout += text) },
      stderr: { write: (text) => (output.stderr += text) },
      env: { NODE_ENV: 'test', JWT_SECRET: TEST_SECRET, DATABASE_URL: database_url, ...env },
    });
    return { code, ...output, json: () => JSON.parse(output.stdout) as unknown };
  };
}
