import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { chmod, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress } from 'node:zlib'
import { type Browser, quietArguments } from './browser'
import { cachedFolder, output, withProgress } from './cache'

/**
 * Chromium's headless shell as an npm package, with the libraries that a bare machine lacks. Only its archives are
 * used; nothing of it is run but the browser. The digest is that of the file that the registry serves.
 */
const version = '153.0.0'
const integrity = 'jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA=='
const archives = ['al2023.tar', 'fonts.tar', 'swiftshader.tar'] as const

/**
 * The package's own settings look for fonts where its maker's machines have them. Without any font the browser dies at
 * the first form control.
 */
const fonts = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`

/** The browser of the package, fetched and unpacked on first use. Linux x64 only. */
export async function browserOfPackage(say: (line: string) => void): Promise<Browser> {
  const folder = await cachedFolder(`sparticuz-${version}`, (unfinished) => fetchPackage(unfinished, say))
  return {
    program: path.join(folder, 'chromium'),
    args: [...quietArguments, '--no-sandbox', '--no-zygote', '--disable-webgl', '--font-render-hinting=none'],
    env: {
      LD_LIBRARY_PATH: [path.join(folder, 'lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
      FONTCONFIG_PATH: folder,
    },
  }
}

async function fetchPackage(folder: string, say: (line: string) => void): Promise<void> {
  const npm = process.env.npm_execpath
  const pack = ['pack', `@sparticuz/chromium@${version}`, '--silent', '--ignore-scripts']
  const isScript = npm !== undefined && /\.c?js$/.test(npm)
  const printed = await withProgress(
    `Fetching Chromium ${version} for the browser stories (67 MB, once)`,
    say,
    isScript ? output(process.execPath, [npm, ...pack], folder) : output('npm', pack, folder),
  )
  const file = path.join(folder, printed.trim().split('\n').at(-1) ?? '')
  const digest = createHash('sha512')
    .update(await readFile(file))
    .digest('base64')
  if (digest !== integrity) throw new Error(`What came as Chromium ${version} is another file: sha512-${digest}`)
  await withProgress('Unpacking Chromium (210 MB)', say, unpack(file, folder))
}

async function unpack(file: string, folder: string): Promise<void> {
  await output('tar', ['-xzf', file, '--strip-components=2', 'package/bin'], folder)
  await rm(file)
  const inflate = (name: string) => {
    const [from, to] = [path.join(folder, `${name}.br`), path.join(folder, name)]
    return pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to)).then(() => rm(from))
  }
  await inflate('chromium')
  await chmod(path.join(folder, 'chromium'), 0o755)
  for (const archive of archives) {
    await inflate(archive)
    await output('tar', ['-xf', archive], folder)
    await rm(path.join(folder, archive))
  }
  await writeFile(path.join(folder, 'fonts.conf'), fonts)
}
