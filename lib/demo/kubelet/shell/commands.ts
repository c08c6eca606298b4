import { normalize, type Place } from './surroundings'

/** What a command is given; `read` is the next line of its input, null at its end. */
export type Run = {
  place: Place
  variables: Map<string, string>
  out: (text: string) => void
  error: (text: string) => void
  read: () => Promise<string | null>
  size: () => { rows: number; columns: number }
  /** Waits so many seconds of cluster time, or until the command is interrupted. */
  sleep: (seconds: number) => Promise<void>
}

/** Returns the exit code. */
export type Command = (args: string[], run: Run) => number | Promise<number>

const resolve = (run: Run, path: string) =>
  normalize(path.startsWith('/') ? path : `${run.variables.get('PWD') ?? '/'}/${path}`)

/** The names in a folder, or null when there is no such folder. */
function namesIn({ files, folders }: Place, folder: string): string[] | null {
  const prefix = folder === '/' ? '/' : `${folder}/`
  const names = new Set<string>()
  for (const path of [...files.keys(), ...folders])
    if (path.startsWith(prefix) && path !== prefix) names.add(path.slice(prefix.length).split('/')[0] ?? '')
  return names.size > 0 || folders.has(folder) || folder === '/' ? [...names].sort() : null
}

const split = (args: string[]) => ({
  flags: args.filter((one) => /^-[^-]/.test(one)).join(''),
  rest: args.filter((one) => !/^-./.test(one)),
})

function list(args: string[], run: Run): number {
  const { flags, rest } = split(args)
  let code = 0
  const targets = rest.length > 0 ? rest : ['.']
  targets.forEach((target, index) => {
    const path = resolve(run, target)
    const isFile = run.place.files.has(path)
    const names = isFile ? [target] : namesIn(run.place, path)
    if (names === null) {
      run.error(`ls: ${target}: No such file or directory\n`)
      code = 1
      return
    }
    if (targets.length > 1 && !isFile) run.out(`${index > 0 ? '\n' : ''}${target}:\n`)
    const shown = names.filter((name) => isFile || flags.includes('a') || !name.startsWith('.'))
    const line = (name: string) => {
      const text = run.place.files.get(isFile ? path : normalize(`${path}/${name}`))
      if (!flags.includes('l')) return name
      const size = text === undefined ? '4096' : String(Buffer.byteLength(text))
      return `${text === undefined ? 'drwxr-xr-x' : '-rw-r--r--'}    1 root     root     ${size.padStart(9)} ${name}`
    }
    run.out(shown.map((name) => `${line(name)}\n`).join(''))
  })
  return code
}

async function concatenate(args: string[], run: Run): Promise<number> {
  let code = 0
  for (const name of args.length > 0 ? args : ['-']) {
    const path = resolve(run, name)
    const text = run.place.files.get(path)
    if (name === '-') for (let line = await run.read(); line !== null; line = await run.read()) run.out(`${line}\n`)
    else if (text !== undefined) run.out(text)
    else {
      run.error(`cat: ${name}: ${namesIn(run.place, path) ? 'Is a directory' : 'No such file or directory'}\n`)
      code = 1
    }
  }
  return code
}

async function pause(args: string[], run: Run): Promise<number> {
  const units: Record<string, number> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 }
  let seconds = 0
  for (const text of args) {
    const match = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(text)
    if (!match) {
      run.error(`sleep: invalid number '${text}'\n`)
      return 1
    }
    seconds += Number(match[1]) * (units[match[2] ?? ''] ?? 1)
  }
  if (args.length === 0) {
    run.error('sleep: missing operand\n')
    return 1
  }
  await run.sleep(seconds)
  return 0
}

const environment = ({ variables }: Run) => [...variables].map(([name, value]) => `${name}=${value}\n`).join('')

function printEnvironment(args: string[], run: Run): number {
  if (args.length === 0) {
    run.out(environment(run))
    return 0
  }
  let code = 0
  for (const name of args) {
    const value = run.variables.get(name)
    if (value === undefined) code = 1
    else run.out(`${value}\n`)
  }
  return code
}

function echo(args: string[], run: Run): number {
  const bare = args[0] === '-n'
  run.out(`${(bare ? args.slice(1) : args).join(' ')}${bare ? '' : '\n'}`)
  return 0
}

function changeFolder(args: string[], run: Run): number {
  const target = args[0] ?? run.variables.get('HOME') ?? '/'
  const path = resolve(run, target)
  if (run.place.files.has(path) || namesIn(run.place, path) === null) {
    run.error(`cd: ${target}: ${run.place.files.has(path) ? 'Not a directory' : 'No such file or directory'}\n`)
    return 1
  }
  run.variables.set('PWD', path)
  return 0
}

function terminalSettings(args: string[], run: Run): number {
  if (args[0] !== 'size') {
    run.error('stty: only `stty size` is in the shell of the demo cluster\n')
    return 1
  }
  const { rows, columns } = run.size()
  run.out(`${rows} ${columns}\n`)
  return 0
}

const say = (text: (run: Run) => string): Command => {
  return (_args, run) => {
    run.out(`${text(run)}\n`)
    return 0
  }
}

/** Programs of every image, which can be run without a shell. */
export const PROGRAMS: Record<string, Command> = {
  cat: concatenate,
  date: say(({ place }) => `${place.now().toUTCString().replace(/ GMT$/, ' UTC').replace(',', '')}`),
  echo,
  env: (_args, run) => printEnvironment([], run),
  false: () => 1,
  hostname: say(({ place }) => place.hostname),
  id: say(() => 'uid=0(root) gid=0(root) groups=0(root)'),
  ls: list,
  printenv: printEnvironment,
  pwd: say(({ variables }) => variables.get('PWD') ?? '/'),
  sleep: pause,
  stty: terminalSettings,
  true: () => 0,
  whoami: say(() => 'root'),
}

/** Commands that only a shell has. */
export const BUILTINS: Record<string, Command> = {
  ':': () => 0,
  cd: changeFolder,
  export: (args, run) => {
    for (const text of args) {
      const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(text) ?? []
      if (name !== undefined) run.variables.set(name, value ?? '')
    }
    return 0
  },
  help: say(
    () => `This shell of the demo cluster has: ${[...Object.keys(PROGRAMS), 'cd', 'exit', 'export'].sort().join(' ')}`,
  ),
}
