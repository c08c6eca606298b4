import { spawn } from 'node:child_process'

export type Ran = { stdout: string; stderr: string; code: number }

/** Runs a program to its end; does not throw when it fails. */
export function run(
  program: string,
  args: string[],
  options: { input?: string; cwd?: string; env?: Record<string, string> } = {},
): Promise<Ran> {
  const child = spawn(program, args, {
    ...(options.cwd ? { cwd: options.cwd } : {}),
    env: { ...process.env, ...options.env },
  })
  return new Promise((resolve, reject) => {
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.on('error', reject)
    child.on('close', (code) => resolve({ stdout, stderr, code: code ?? 1 }))
    child.stdin.on('error', () => {}) // A program may end before it has read everything.
    child.stdin.end(options.input ?? '')
  })
}
