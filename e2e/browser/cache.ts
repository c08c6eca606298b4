import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'

/**
 * A folder of the cache that `fill` makes once. It gets its name when it is whole, so that a broken download is never
 * taken for a browser, and two programs that fill it at once end with the same.
 */
export async function cachedFolder(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const base = path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'ordinal', 'browsers')
  const folder = path.join(base, name)
  if (existsSync(folder)) return folder
  const unfinished = `${folder}.${process.pid}.unfinished`
  try {
    await mkdir(unfinished, { recursive: true })
    await fill(unfinished)
    await rename(unfinished, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error
    })
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
  return folder
}

/** Runs a program to its end and answers what it printed. Throws with its last words when it fails. */
export function output(command: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    let errors = ''
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-2000)))
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve(out)
      else reject(new Error(`${command} ${args[0] ?? ''} ended with ${code}: ${errors.trim()}`))
    })
  })
}

/** Says every five seconds that something still goes on. */
export async function withProgress<T>(what: string, say: (line: string) => void, work: Promise<T>): Promise<T> {
  const begun = Date.now()
  say(`${what} ...`)
  const timer = setInterval(() => say(`${what} ... ${Math.round((Date.now() - begun) / 1000)} s`), 5000)
  try {
    return await work
  } finally {
    clearInterval(timer)
  }
}
