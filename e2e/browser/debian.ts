import { mkdir, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type Browser, quietArguments } from './browser'
import { cachedFolder, output, withProgress } from './cache'

/**
 * Debian's chromium, unpacked into the cache folder with everything that it depends on, without root: apt is told that
 * nothing is installed, so that it names every package, and checks them by the keys that the machine trusts.
 */
export async function browserOfDebian(say: (line: string) => void): Promise<Browser> {
  const folder = await cachedFolder(`debian-${process.arch}`, (unfinished) => fetchPackages(unfinished, say))
  const triplet = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu'
  const libraries = ['usr/lib', 'lib'].map((name) => path.join(folder, 'root', name, triplet))
  return {
    program: path.join(folder, 'root/usr/lib/chromium/chromium'),
    args: [...quietArguments, '--no-sandbox', '--no-zygote'],
    env: { LD_LIBRARY_PATH: libraries.join(':'), FONTCONFIG_PATH: path.join(folder, 'root/etc/fonts') },
  }
}

/** Left to the machine: a second C library beside its own does not start. */
const machines = /^(libc6|libc-bin|libcrypt1|libgcc-s1|gcc-\d+-base)_/

async function fetchPackages(folder: string, say: (line: string) => void): Promise<void> {
  const apt = path.join(folder, 'apt')
  await mkdir(path.join(apt, 'state/lists/partial'), { recursive: true })
  await mkdir(path.join(apt, 'cache/archives/partial'), { recursive: true })
  await writeFile(path.join(apt, 'status'), '')
  const settings = [
    `Dir::State=${apt}/state`,
    `Dir::State::status=${apt}/status`,
    `Dir::Cache=${apt}/cache`,
    'Debug::NoLocking=1',
    'APT::Sandbox::User=',
  ].flatMap((setting) => ['-o', setting])
  await withProgress("Reading Debian's lists of packages", say, output('apt-get', [...settings, 'update'], folder))
  const install = ['--yes', '--download-only', '--no-install-recommends', 'install', 'chromium', 'fonts-noto-cjk']
  await withProgress('Fetching chromium (once)', say, output('apt-get', [...settings, ...install], folder))
  const archives = path.join(apt, 'cache/archives')
  for (const name of (await readdir(archives)).filter((file) => file.endsWith('.deb') && !machines.test(file))) {
    await output('dpkg-deb', ['-x', path.join(archives, name), path.join(folder, 'root')], folder)
  }
}
