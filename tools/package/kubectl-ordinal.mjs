#!/usr/bin/env node
/**
 * The command of the package: `kubectl-ordinal`, which kubectl runs as `kubectl ordinal`. It starts the app that was
 * built into the package, from any folder. What it uses before it has looked at Node's version runs on any Node that
 * knows modules.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const oldest = [22, 19]
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
  console.error(
    `Ordinal needs Node ${oldest.join('.')} or newer, and this is ${process.versions.node} (${process.execPath}). ` +
      'Install a newer one from https://nodejs.org.',
  )
  process.exit(1)
}

const usage = `usage: kubectl ordinal [--demo] [--context NAME] [--port PORT]

Opens Ordinal, a dashboard for Kubernetes StatefulSets, on http://127.0.0.1:3000 for the clusters of your kubeconfig.

  --demo          on the embedded demo cluster, whatever is configured
  --context NAME  the context of the kubeconfig that opens first
  --port PORT     the port to listen on; 0 takes any free one
  --help, --version

Further settings are environment variables, such as READ_ONLY=1; the documentation lists them.
`

/** What is wrong with the command line, in words, and how it is right. */
function refuse(message) {
  console.error(`${message}\n\n${usage}`)
  process.exit(2)
}

/** Reads the command line into the settings that it stands for. */
function settle(words) {
  const valueOf = { '--context': 'ORDINAL_CLUSTER', '--port': 'PORT' }
  for (let at = 0; at < words.length; at += 1) {
    const [word, ...rest] = words[at].split('=')
    const given = rest.length > 0 ? rest.join('=') : undefined
    if (word === '--demo' && given === undefined) process.env.ORDINAL_DEMO = '1'
    else if (word in valueOf) {
      const value = given ?? words[(at += 1)]
      if (value === undefined || value === '' || value.startsWith('--')) refuse(`${word} needs a value.`)
      process.env[valueOf[word]] = value
    } else refuse(`${words[at]} is not known.`)
  }
}

const words = process.argv.slice(2)
if (words.includes('--help') || words.includes('-h')) {
  process.stdout.write(usage)
} else if (words.includes('--version')) {
  const manifest = JSON.parse(readFileSync(fileURLToPath(new URL('./package.json', import.meta.url)), 'utf8'))
  console.log(manifest.version)
} else {
  settle(words)
  process.env.NODE_ENV = 'production'
  process.env.NEXT_TELEMETRY_DISABLED = '1'
  await import('./app/dist/app/server.mjs')
}
