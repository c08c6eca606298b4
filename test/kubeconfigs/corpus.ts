/**
 * Kubeconfigs as people have them, odd ones above all. What kubectl does with each stands in `recorded.json`, written by
 * `record.ts`; `corpus.test.ts` holds Ordinal to it.
 *
 * Words in double braces are filled in by `place.ts`: `{{port}}` of a listener that takes TLS and plain HTTP on the same
 * port, certificates of its authority as base64 (`{{ca}}`, `{{cert}}`, `{{key}}` ...) or as PEM (`{{ca.pem}}` ...).
 */
export type KubeconfigCase = {
  /** What is odd, as the end of "a kubeconfig with ...". */
  name: string
  /** By name beside each other; `config` alone unless `kubeconfig` names others. Names that end in `.sh` can be run. */
  files: Readonly<Record<string, string | Uint8Array>>
  /** `KUBECONFIG`, as names of files; a name that is not in `files` is missing, one with a slash at its end is a folder. */
  kubeconfig?: readonly string[]
  /** Where Ordinal connects otherwise than kubectl on purpose, always with TLS or without secrets: how, and why. */
  ordinal?: { tls: boolean; authorization: string | null; why: string }
}

const tls = 'server: "https://127.0.0.1:{{port}}", certificate-authority-data: {{ca}}'
const plain = 'server: "http://127.0.0.1:{{port}}"'
const certificate = 'client-certificate-data: {{cert}}, client-key-data: {{key}}'

const config = (cluster: string, user: string, { context = '', top = '' } = {}) => `apiVersion: v1
kind: Config
current-context: a
contexts:
- name: a
  context: { cluster: a, user: a${context} }
clusters:
- name: a
  cluster: { ${cluster} }
users:
- name: a
  user: { ${user} }
${top}`

const one = (
  name: string,
  text: string | Uint8Array,
  more: Record<string, string> = {},
  ordinal?: KubeconfigCase['ordinal'],
): KubeconfigCase => ({ name, files: { config: text, ...more }, ...(ordinal ? { ordinal } : {}) })

const v1 = 'client.authentication.k8s.io/v1'
const v1beta1 = 'client.authentication.k8s.io/v1beta1'
const exec = (more = '', apiVersion = v1) =>
  `exec: { apiVersion: ${apiVersion}, command: ./plugin.sh, interactiveMode: Never${more} }`
const prints = (output: string) => `#!/bin/sh\ncat <<'END'\n${output}\nEND\n`
const credential = (status: string, apiVersion = v1) =>
  `{"apiVersion": "${apiVersion}", "kind": "ExecCredential", "status": ${status}}`
const gives = (status: string, apiVersion = v1) => ({ 'plugin.sh': prints(credential(status, apiVersion)) })
/** Its token is what it was told, so that the server sees it. */
const tellsBack = {
  'plugin.sh': `#!/bin/sh
told=$(printf %s "$KUBERNETES_EXEC_INFO" | base64 -w0)
printf '{"apiVersion":"%s","kind":"ExecCredential","status":{"token":"told.%s"}}' ${v1} "$told"
`,
}

const noTerminal = 'kubectl asks for a user name at the terminal; here is none, so the request goes without'
const kinder = (why: string, authorization: string | null = 'Bearer t', tls = true) => ({ tls, authorization, why })

const files: KubeconfigCase[] = [
  one('a token', config(tls, 'token: t')),
  one('a key twice (K1)', config(tls, 'token: t', { top: 'kind: Config' })),
  one('a key twice in a user', config(tls, 'token: first, token: last')),
  one('two documents (K2)', config(tls, 'token: t', { top: '---\nkind: Config' })),
  one('a second document that is none', config(tls, 'token: t', { top: '---\n[' })),
  one('UTF-16, little end first (K4)', Buffer.from(`\ufeff${config(tls, 'token: t')}`, 'utf16le')),
  one('UTF-16, big end first', Buffer.from(`\ufeff${config(tls, 'token: t')}`, 'utf16le').swap16()),
  one('UTF-8 with a byte order mark', `\ufeff${config(tls, 'token: t')}`),
  one('Windows line ends', config(tls, 'token: t').replaceAll('\n', '\r\n')),
  one(
    'JSON',
    JSON.stringify({
      'current-context': 'a',
      contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
      clusters: [{ name: 'a', cluster: { server: 'https://127.0.0.1:{{port}}', 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'a', user: { token: 't' } }],
    }),
  ),
  one('bytes that are no UTF-8', Buffer.concat([Buffer.from(config(tls, 'token: t')), Buffer.from([0x23, 0xff])])),
  one('tabs', config(tls, 'token: t').replace('  cluster:', '\tcluster:')),
  one(
    'anchors',
    config('server: &s "https://127.0.0.1:{{port}}", certificate-authority-data: {{ca}}', 'token: t', { top: 'x: *s' }),
  ),
  one(
    'merge keys',
    `current-context: a
contexts: [{ name: a, context: { cluster: a, user: a } }]
base: &base { insecure-skip-tls-verify: true, server: nowhere }
clusters: [{ name: a, cluster: { <<: *base, server: "https://127.0.0.1:{{port}}" } }]
users: [{ name: a, user: { token: t } }]`,
  ),
  one('words of YAML 1.1', config('server: "https://127.0.0.1:{{port}}", insecure-skip-tls-verify: yes', 'token: t')),
  one(
    'a boolean in quotes',
    config('server: "https://127.0.0.1:{{port}}", insecure-skip-tls-verify: "true"', 'token: t'),
  ),
  one('no apiVersion and no kind', config(tls, 'token: t').replace(/^.*\n.*\n/, '')),
  one('another kind', config(tls, 'token: t').replace('kind: Config', 'kind: Pod')),
  one('another apiVersion', config(tls, 'token: t').replace('apiVersion: v1', 'apiVersion: v2')),
  one('fields that nobody knows', config(`${tls}, colour: blue`, 'token: t, shape: round', { top: 'weather: fine' })),
  one(
    'preferences and extensions',
    config(`${tls}, extensions: [{ name: x, extension: { last-update: now } }]`, 'token: t', {
      top: 'preferences: {}\nextensions: []',
    }),
  ),
  one('sections that are null', config(tls, 'token: t', { top: 'preferences: null\nextensions:' })),
  one('nothing in it', ''),
  one('only a remark in it', '# nothing yet\n'),
  one('a text in it', 'hello'),
  one('a list in it', '- a'),
  one('lists that are maps', 'current-context: a\ncontexts: { a: { cluster: a, user: a } }\nclusters: {}\nusers: {}'),
  { name: 'a folder in its place', files: {}, kubeconfig: ['folder/'] },
  { name: 'no file in its place', files: {}, kubeconfig: ['nowhere'] },
]

const names: KubeconfigCase[] = [
  one('names that YAML reads as numbers (K12)', config(tls, 'token: t').replaceAll(/\ba\b(?=[\n, ])/g, '123')),
  one('names in many scripts', config(tls, 'token: t').replaceAll(/\ba\b(?=[\n, ])/g, '"группа 組 😀"')),
  one(
    'a name that looks like a path',
    config(tls, 'token: t').replaceAll(/\ba\b(?=[\n, ])/g, '"arn:aws:eks:eu-1:1:cluster/prod"'),
  ),
  one('a name that reads as true', config(tls, 'token: t').replaceAll(/\ba\b(?=[\n, ])/g, 'on')),
  one(
    'no current context',
    config(tls, 'token: t').replace('current-context: a\n', ''),
    {},
    kinder('kubectl takes localhost:8080 then; all contexts are offered here, and the first opens'),
  ),
  one(
    'a current context that is not there',
    config(tls, 'token: t').replace('current-context: a', 'current-context: b'),
    {},
    kinder('all contexts are offered here, and the first opens'),
  ),
  one(
    'a context of a cluster that is not there',
    config(tls, 'token: t').replace('- name: a\n  cluster', '- name: b\n  cluster'),
  ),
  one(
    'a context of a user that is not there',
    config(tls, 'token: t').replace('- name: a\n  user', '- name: b\n  user'),
  ),
  one('a context without a user', config(tls, 'token: t').replace(', user: a }', ' }'), {}, kinder(noTerminal, null)),
  one('a user without credentials', config(tls, ''), {}, kinder(noTerminal, null)),
  one(
    'a user that is null',
    config(tls, 'token: t').replace('user: { token: t }', 'user:'),
    {},
    kinder(noTerminal, null),
  ),
  one('a name twice in a list', config(tls, 'token: t', { top: '- name: a\n  user: { token: other }' })),
  one('an entry without a name', config(tls, 'token: t', { top: '- user: { token: other }' })),
  one(
    'an entry that is a number',
    config(tls, 'token: t', { top: '- 7' }),
    {},
    kinder('an entry that nothing uses harms nothing'),
  ),
  one(
    'a wrong type in a user that nobody uses',
    config(tls, 'token: t', { top: '- name: b\n  user: { token: 7 }' }),
    {},
    kinder('an entry that nothing uses harms nothing'),
  ),
  one('a namespace that is none', config(tls, 'token: t', { context: ', namespace: Not_A_Namespace' })),
  one('a namespace that is a number', config(tls, 'token: t', { context: ', namespace: 7' })),
]

const several: KubeconfigCase[] = [
  {
    name: 'a cluster in one file and its user in another',
    files: {
      one: `current-context: a\ncontexts: [{ name: a, context: { cluster: a, user: a } }]\nclusters: [{ name: a, cluster: { ${tls} } }]`,
      two: 'users: [{ name: a, user: { token: t } }]',
    },
    kubeconfig: ['one', 'two'],
  },
  {
    name: 'the same name in two files, the first wins whole',
    files: { one: config(tls, 'token: first'), two: config(plain, 'token: second, as: bob') },
    kubeconfig: ['one', 'two'],
  },
  {
    name: 'current contexts in two files, the first that has one wins',
    files: {
      one: config(tls, 'token: t').replace('current-context: a', 'current-context: ""'),
      two: 'current-context: a',
    },
    kubeconfig: ['one', 'two'],
  },
  {
    name: 'a missing file before a good one',
    files: { two: config(tls, 'token: t') },
    kubeconfig: ['nowhere', 'two'],
  },
  {
    name: 'the same file twice',
    files: { one: config(tls, 'token: t') },
    kubeconfig: ['one', 'one'],
  },
  {
    name: 'an odd file before a good one',
    files: { one: 'a: [', two: config(tls, 'token: t') },
    kubeconfig: ['one', 'two'],
    ordinal: kinder('a wrong file takes nothing from the others; it is listed as broken'),
  },
  {
    name: 'a folder before a good file',
    files: { two: config(tls, 'token: t') },
    kubeconfig: ['folder/', 'two'],
    ordinal: kinder('a wrong file takes nothing from the others; it is listed as broken'),
  },
  {
    name: 'paths that count from their own file',
    files: {
      'first/one': `current-context: a\ncontexts: [{ name: a, context: { cluster: a, user: a } }]\nclusters: [{ name: a, cluster: { server: "https://127.0.0.1:{{port}}", certificate-authority: ca.pem } }]`,
      'first/ca.pem': '{{ca.pem}}',
      'second/two': 'users: [{ name: a, user: { tokenFile: ./token } }]',
      'second/token': 'from-a-file\n',
    },
    kubeconfig: ['first/one', 'second/two'],
  },
]

const servers: KubeconfigCase[] = [
  one(
    'no scheme and an authority (K5)',
    config('server: "127.0.0.1:{{port}}", certificate-authority-data: {{ca}}', 'token: t'),
    {},
    kinder('an authority asks for TLS; kubectl forgets it and goes on in clear, without the token'),
  ),
  one(
    'no scheme and no verification (K5b)',
    config('server: "localhost:{{port}}", insecure-skip-tls-verify: true', 'token: t'),
    {},
    kinder('TLS is asked for; kubectl goes on in clear, without the token'),
  ),
  one('no scheme at all', config('server: "localhost:{{port}}"', 'token: t')),
  one('no scheme and a path', config('server: "localhost:{{port}}/prefix"', 'token: t')),
  one('http and a token', config(plain, 'token: t')),
  one('http and a password', config(plain, 'username: u, password: p')),
  one('http and a plugin', config(plain, exec()), gives('{"token": "t"}')),
  one('http and whom to act as', config(plain, 'token: t, as: bob, as-groups: [x]')),
  one(
    'http and a user and password in the URL',
    config('server: "http://u:p@127.0.0.1:{{port}}"', 'token: t'),
    {},
    kinder('kubectl sends the password in clear; nothing secret goes without TLS here', null, false),
  ),
  one(
    'a user and password in the URL',
    config('server: "https://u:p@127.0.0.1:{{port}}", certificate-authority-data: {{ca}}', certificate),
  ),
  one(
    'a user and password in the URL, and a token',
    config('server: "https://u:p@127.0.0.1:{{port}}", certificate-authority-data: {{ca}}', 'token: t'),
  ),
  one(
    'a slash at the end',
    config('server: "https://127.0.0.1:{{port}}/", certificate-authority-data: {{ca}}', 'token: t'),
  ),
  one(
    'a path before the API',
    config('server: "https://127.0.0.1:{{port}}/k8s/clusters/c-1", certificate-authority-data: {{ca}}', 'token: t'),
  ),
  one(
    'a path with a slash at the end',
    config('server: "https://127.0.0.1:{{port}}/k8s/", certificate-authority-data: {{ca}}', 'token: t'),
  ),
  one(
    'a query in the URL',
    config('server: "https://127.0.0.1:{{port}}/k8s?x=1#y", certificate-authority-data: {{ca}}', 'token: t'),
  ),
  one(
    'capitals in the scheme',
    config('server: "HTTPS://127.0.0.1:{{port}}", certificate-authority-data: {{ca}}', 'token: t'),
  ),
  one('another scheme', config('server: "ftp://127.0.0.1:{{port}}"', 'token: t')),
  one('a space in the server', config('server: "https://127.0.0.1 :{{port}}"', 'token: t')),
  one(
    'a space behind the server',
    config('server: "https://127.0.0.1:{{port}} ", certificate-authority-data: {{ca}}', 'token: t'),
  ),
  one('an IPv6 address', config('server: "https://[::1]:{{port}}", certificate-authority-data: {{ca}}', 'token: t')),
  one(
    'an IPv6 address without brackets',
    config('server: "https://::1:{{port}}", certificate-authority-data: {{ca}}', 'token: t'),
  ),
  one(
    'a port that is none',
    config('server: "https://127.0.0.1:99999", certificate-authority-data: {{ca}}', 'token: t'),
  ),
  one('an empty server', config('server: ""', 'token: t')),
  one('a cluster that is null', config(tls, 'token: t').replace(/cluster: \{ server.*\}/, 'cluster:')),
  one('a host name', config('server: "https://localhost:{{port}}", certificate-authority-data: {{ca}}', 'token: t')),
  one('the name to expect', config(`${tls}, tls-server-name: api.test`, 'token: t')),
  one('a name to expect that the certificate does not have', config(`${tls}, tls-server-name: other.test`, 'token: t')),
  one('no authority', config('server: "https://127.0.0.1:{{port}}"', 'token: t')),
  one('no verification', config('server: "https://127.0.0.1:{{port}}", insecure-skip-tls-verify: true', 'token: t')),
  one('no verification and an authority', config(`${tls}, insecure-skip-tls-verify: true`, 'token: t')),
  one(
    'an authority that is no certificate (K31)',
    config('server: "https://127.0.0.1:{{port}}", certificate-authority-data: aGVsbG8=', 'token: t'),
  ),
  one(
    'an authority that is no base64',
    config('server: "https://127.0.0.1:{{port}}", certificate-authority-data: "-----BEGIN"', 'token: t'),
  ),
  one(
    'an authority in base64 without its padding',
    config('server: "https://127.0.0.1:{{port}}", certificate-authority-data: aGVsbG8', 'token: t'),
  ),
  one(
    'an authority in base64 of several lines',
    config(`server: "https://127.0.0.1:{{port}}", certificate-authority-data: "{{ca-lines}}"`, 'token: t'),
  ),
  one(
    'an authority among other things',
    config('server: "https://127.0.0.1:{{port}}", certificate-authority: ca.pem', 'token: t'),
    { 'ca.pem': 'issued by hand\n{{key.pem}}{{other-ca.pem}}{{ca.pem}}the end\n' },
  ),
  one(
    'another authority',
    config('server: "https://127.0.0.1:{{port}}", certificate-authority-data: {{other-ca}}', 'token: t'),
  ),
  one(
    'an authority in a file that is not there',
    config('server: "https://127.0.0.1:{{port}}", certificate-authority: ca.pem', 'token: t'),
  ),
  one(
    'an authority in a file that is empty',
    config('server: "https://127.0.0.1:{{port}}", certificate-authority: ca.pem', 'token: t'),
    { 'ca.pem': '' },
  ),
  one('an authority twice', config(`${tls}, certificate-authority: ca.pem`, 'token: t'), { 'ca.pem': '{{ca.pem}}' }),
  one(
    'an authority that is empty',
    config('server: "https://127.0.0.1:{{port}}", certificate-authority-data: ""', 'token: t'),
  ),
  one('a proxy', config(`${tls}, proxy-url: "http://127.0.0.1:{{proxy}}"`, 'token: t')),
  one('a proxy of another scheme', config(`${tls}, proxy-url: "ftp://127.0.0.1:{{proxy}}"`, 'token: t')),
  one('a proxy without a scheme', config(`${tls}, proxy-url: "127.0.0.1:{{proxy}}"`, 'token: t')),
]

const users: KubeconfigCase[] = [
  one(
    'a token that ends with a line end (K21)',
    config(tls, 'token: "t\\n"'),
    {},
    kinder('white space around a token is no part of it, as in a token file'),
  ),
  one('a token with a line end in it', config(tls, 'token: "t\\nt"')),
  one('a token in many scripts', config(tls, 'token: "жетон"')),
  one('a token that is a number', config(tls, 'token: 123')),
  one('a token that is a date', config(tls, 'token: 2026-01-01')),
  one('a token that is empty', config(tls, 'token: ""'), {}, kinder(noTerminal, null)),
  one('a token file', config(tls, 'tokenFile: token'), { token: 'from-a-file\n' }),
  one('a token file that is not there', config(tls, 'tokenFile: token')),
  one('a token file that is empty', config(tls, 'tokenFile: token'), { token: '\n' }),
  one('a token and a token file', config(tls, 'token: t, tokenFile: token'), { token: 'from-a-file' }),
  one('a token and a token file that is not there', config(tls, 'token: t, tokenFile: token')),
  one('a password', config(tls, 'username: u, password: "пароль:1"')),
  one('a user name without a password', config(tls, 'username: u')),
  one('a password without a user name', config(tls, 'password: p'), {}, kinder(noTerminal, null)),
  one('a password and a token', config(tls, 'username: u, password: p, token: t')),
  one('a password and a token file', config(tls, 'username: u, password: p, tokenFile: token'), { token: 't' }),
  one('a client certificate', config(tls, certificate)),
  one('a client certificate and a token', config(tls, `${certificate}, token: t`)),
  one('a client certificate in files', config(tls, 'client-certificate: c.pem, client-key: k.pem'), {
    'c.pem': '{{cert.pem}}',
    'k.pem': '{{key.pem}}',
  }),
  one(
    'a client certificate and its key in one file',
    config(tls, 'client-certificate: both.pem, client-key: both.pem'),
    { 'both.pem': '{{key.pem}}{{cert.pem}}' },
  ),
  one(
    'a client certificate in a file and its key inside',
    config(tls, 'client-certificate: c.pem, client-key-data: {{key}}'),
    { 'c.pem': '{{cert.pem}}' },
  ),
  one(
    'a client key of the older form',
    config(tls, 'client-certificate-data: {{cert}}, client-key-data: {{sec1-key}}'),
  ),
  one('a client certificate without its key', config(tls, 'client-certificate-data: {{cert}}')),
  one('a client key without its certificate', config(tls, 'client-key-data: {{key}}'), {}, kinder(noTerminal, null)),
  one('a client certificate twice', config(tls, `${certificate}, client-certificate: c.pem`), {
    'c.pem': '{{cert.pem}}',
  }),
  one(
    'a client certificate in a file that is not there',
    config(tls, 'client-certificate: c.pem, client-key-data: {{key}}'),
  ),
  one('a client key in a file that is not there', config(tls, 'client-certificate-data: {{cert}}, client-key: k.pem')),
  one(
    'a client certificate that is none (K25)',
    config(tls, 'client-certificate-data: aGVsbG8=, client-key-data: aGVsbG8='),
  ),
  one(
    'a client certificate that has ended (K34)',
    config(tls, 'client-certificate-data: {{ended-cert}}, client-key-data: {{ended-key}}'),
  ),
  one(
    'a client key with a passphrase (K41)',
    config(tls, 'client-certificate-data: {{cert}}, client-key-data: {{encrypted-key}}'),
  ),
  one(
    'the key of another certificate (K42)',
    config(tls, 'client-certificate-data: {{cert}}, client-key-data: {{ended-key}}'),
  ),
  one(
    'whom to act as',
    config(tls, 'token: t, as: bob, as-uid: "7", as-groups: [x, "y z"], as-user-extra: { scopes: [one, two] }'),
  ),
  one('a name in Cyrillic to act as (K24)', config(tls, 'token: t, as: "Михаил"')),
  one('a line end in whom to act as', config(tls, 'token: t, as: "bob\\r\\nx: y"')),
  one(
    'strange keys in what to act with',
    config(tls, 'token: t, as: bob, as-user-extra: { "example.org/a (b)%": [c], "ключ": [d] }'),
  ),
  one('groups to act with, and nobody to act as', config(tls, 'token: t, as-groups: [x]')),
  one('nobody to act as', config(tls, 'token: t, as: ""')),
]

const plugins: KubeconfigCase[] = [
  one('a plugin', config(tls, exec()), gives('{"token": "from-a-plugin"}')),
  one(
    'a plugin that wants to know its cluster (K27)',
    config(
      'server: "https://127.0.0.1:{{port}}", certificate-authority: ca.crt, extensions: [{ name: client.authentication.k8s.io/exec, extension: { audience: abc } }]',
      exec(', provideClusterInfo: true'),
    ),
    { 'ca.crt': '{{ca.pem}}', ...tellsBack },
  ),
  one(
    'a plugin that wants to know its cluster, which has little to say',
    config(`${tls}, tls-server-name: api.test`, exec(', provideClusterInfo: true')),
    tellsBack,
  ),
  one('a plugin that does not want to know its cluster', config(tls, exec()), tellsBack),
  one(
    'a plugin with words and variables',
    config(tls, exec(', args: [one, "two three"], env: [{ name: EXTRA, value: e }]')),
    {
      'plugin.sh': `#!/bin/sh\nprintf '{"apiVersion":"${v1}","kind":"ExecCredential","status":{"token":"%s-%s-%s"}}' "$#" "$(printf %s "$2" | tr ' ' _)" "$EXTRA"\n`,
    },
  ),
  one('a plugin of v1beta1', config(tls, exec('', v1beta1)), gives('{"token": "t"}', v1beta1)),
  one(
    'a plugin of v1beta1 without interactiveMode',
    config(tls, `exec: { apiVersion: ${v1beta1}, command: ./plugin.sh }`),
    gives('{"token": "t"}', v1beta1),
  ),
  one(
    'a plugin of v1 without interactiveMode',
    config(tls, `exec: { apiVersion: ${v1}, command: ./plugin.sh }`),
    gives('{"token": "t"}'),
    kinder('there is no terminal here in any mode'),
  ),
  one(
    'a plugin of v1alpha1',
    config(tls, exec('', 'client.authentication.k8s.io/v1alpha1')),
    gives('{"token": "t"}', 'client.authentication.k8s.io/v1alpha1'),
  ),
  one('a plugin that answers in another version', config(tls, exec()), gives('{"token": "t"}', v1beta1)),
  one(
    'a plugin without apiVersion',
    config(tls, 'exec: { command: ./plugin.sh, interactiveMode: Never }'),
    gives('{"token": "t"}'),
  ),
  one('a plugin without a command', config(tls, `exec: { apiVersion: ${v1}, interactiveMode: Never }`)),
  one('a plugin that is not there', config(tls, exec())),
  one(
    'a plugin that is not in the path',
    config(tls, `exec: { apiVersion: ${v1}, command: ordinal-has-no-such-plugin, interactiveMode: Never }`),
  ),
  one('a plugin that fails', config(tls, exec()), { 'plugin.sh': '#!/bin/sh\necho please log in >&2\nexit 3\n' }),
  one('a plugin that prints nothing', config(tls, exec()), { 'plugin.sh': '#!/bin/sh\n' }),
  one('a plugin that prints words', config(tls, exec()), { 'plugin.sh': prints('token=secret') }),
  one('a plugin that prints YAML', config(tls, exec()), {
    'plugin.sh': prints(`apiVersion: ${v1}\nkind: ExecCredential\nstatus:\n  token: t`),
  }),
  one('a plugin that prints another kind', config(tls, exec()), {
    'plugin.sh': prints('{"apiVersion": "v1", "kind": "Pod"}'),
  }),
  one('a plugin without a status', config(tls, exec()), {
    'plugin.sh': prints(`{"apiVersion": "${v1}", "kind": "ExecCredential"}`),
  }),
  one('a plugin with an empty status', config(tls, exec()), gives('{}')),
  one(
    'a plugin that gives a certificate',
    config(tls, exec()),
    gives('{"clientCertificateData": {{cert.json}}, "clientKeyData": {{key.json}}}'),
  ),
  one(
    'a plugin that gives a certificate without its key',
    config(tls, exec()),
    gives('{"clientCertificateData": {{cert.json}}}'),
  ),
  one(
    'a plugin that gives a token, and a certificate without its key',
    config(tls, exec()),
    gives('{"token": "t", "clientCertificateData": {{cert.json}}}'),
  ),
  one(
    'a plugin that gives a certificate that is none',
    config(tls, exec()),
    gives('{"clientCertificateData": "hello", "clientKeyData": "hello"}'),
  ),
  one(
    'a plugin that gives a token that has ended',
    config(tls, exec()),
    gives('{"token": "t", "expirationTimestamp": "2020-01-01T00:00:00Z"}'),
  ),
  one(
    'a plugin that gives a time that is none',
    config(tls, exec()),
    gives('{"token": "t", "expirationTimestamp": "tomorrow"}'),
  ),
  one(
    'a plugin that always wants a terminal',
    config(tls, `exec: { apiVersion: ${v1}, command: ./plugin.sh, interactiveMode: Always }`),
    gives('{"token": "t"}'),
  ),
  one(
    'a plugin that takes a terminal if there is one',
    config(tls, `exec: { apiVersion: ${v1}, command: ./plugin.sh, interactiveMode: IfAvailable }`),
    gives('{"token": "t"}'),
  ),
  one(
    'a plugin with a mode that nobody knows',
    config(tls, `exec: { apiVersion: ${v1}, command: ./plugin.sh, interactiveMode: Sometimes }`),
    gives('{"token": "t"}'),
  ),
  one('a plugin and a token', config(tls, `${exec()}, token: t`), gives('{"token": "from-a-plugin"}')),
  one(
    'a plugin and a client certificate',
    config(tls, `${exec()}, ${certificate}`),
    gives('{"token": "from-a-plugin"}'),
  ),
  one(
    'a plugin and a password',
    config(tls, `${exec()}, username: u, password: p`),
    gives('{"token": "from-a-plugin"}'),
  ),
  one('a plugin and a provider', config(tls, `${exec()}, auth-provider: { name: oidc }`), gives('{"token": "t"}')),
  one('a plugin that is null', config(tls, 'token: t, exec: null')),
  one('a plugin and whom to act as', config(tls, `${exec()}, as: bob`), gives('{"token": "t"}')),
]

export const corpus: readonly KubeconfigCase[] = [...files, ...names, ...several, ...servers, ...users, ...plugins]
