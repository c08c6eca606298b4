/** A Chromium that starts: its program, the arguments and the variables that it wants. */
export type Browser = { program: string; args: readonly string[]; env: Readonly<Record<string, string>> }

/** Without a sandbox of its own when run as root, and without the calls to its maker. */
export const quietArguments: readonly string[] = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
]

const variable = 'ORDINAL_BROWSER'

/** How a browser is handed to the programs that the stories are run by. */
export function browserVariable(browser: Browser): Record<string, string> {
  return { [variable]: JSON.stringify(browser) }
}

/** The browser that was handed over, or null when this program was started by itself. */
export function browserOfVariable(): Browser | null {
  const text = process.env[variable]
  return text === undefined ? null : (JSON.parse(text) as Browser)
}

/** What Playwright wants to know of a browser. */
export function launchOptions({ program, args, env }: Browser): {
  executablePath: string
  args: string[]
  env: Record<string, string>
} {
  const own = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return { executablePath: program, args: [...args], env: { ...Object.fromEntries(own), ...env } }
}
