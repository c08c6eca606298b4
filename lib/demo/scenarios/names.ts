import type { Lesson } from './lesson'

/** Lessons about how the members of a set find each other. */
export const names: Lesson[] = [
  {
    id: 'missing-service',
    title: { en: 'The governing Service is missing', zh: '缺少管理 Service' },
    lines: [
      {
        en: 'The set names a Service that does not exist. Its pods run, but nobody can find them by name.',
        zh: '集合引用了不存在的 Service。Pod 能运行，但无法按名称找到。',
      },
      {
        en: 'Look at the peers of each rung: there is no address behind the names until the Service is there.',
        zh: '请看每级的对等名称：在 Service 出现之前，名称背后没有地址。',
      },
    ],
    steps: [
      {
        say: {
          en: 'The set is created without its Service. Kubernetes does not mind.',
          zh: '创建集合但不创建 Service。Kubernetes 并不在意。',
        },
        do: (stage) => stage.create({}, { service: false }),
        until: (stage) => stage.settled(3),
      },
      {
        say: {
          en: 'All three are Ready — and kubia-0.kubia does not exist in DNS.',
          zh: '三个都 Ready，但 DNS 中没有 kubia-0.kubia。',
        },
      },
      {
        say: {
          en: 'The Service is created: a moment later every pod has its name.',
          zh: '创建 Service：片刻之后每个 Pod 都有了名称。',
        },
        do: (stage) => stage.createService(),
        until: (stage) => stage.isPublished('kubia-2'),
      },
    ],
  },
  {
    id: 'peers-not-ready',
    title: { en: 'Peers that cannot be found before they are ready', zh: '就绪之前找不到对等成员' },
    lines: [
      {
        en: 'kubia-0 becomes Ready only when it can find its own name; its name appears only when it is Ready.',
        zh: 'kubia-0 要能找到自己的名称才会 Ready；而名称要等它 Ready 才会出现。',
      },
      {
        en: 'Look at the endpoint of kubia-0: it has an address and is not published. One field of the Service cures it.',
        zh: '请看 kubia-0 的端点：有地址但未发布。改 Service 的一个字段即可解决。',
      },
    ],
    steps: [
      {
        say: {
          en: 'The set starts. kubia-0 runs, looks for its peers in DNS, and finds nobody.',
          zh: '集合启动。kubia-0 在运行，到 DNS 中查找同伴，却一个也找不到。',
        },
        do: (stage) => stage.create({ pods: { 'ready-when': 'peers' } }),
        until: (stage) => stage.pod('kubia-0')?.status.phase === 'Running',
      },
      {
        say: {
          en: 'Readiness needs DNS, DNS needs readiness: a circle. kubia-1 will never start like this.',
          zh: '就绪需要 DNS，DNS 需要就绪：形成死循环。这样 kubia-1 永远不会启动。',
        },
      },
      {
        say: {
          en: 'publishNotReadyAddresses: true — the Service now publishes pods before they are Ready.',
          zh: '设置 publishNotReadyAddresses: true，Service 会在 Ready 之前就发布 Pod。',
        },
        do: (stage) => stage.publishNotReady(),
        until: (stage) => stage.settled(3),
      },
      { say: { en: 'The circle is broken: all three are Ready.', zh: '循环被打破：三个都已 Ready。' } },
    ],
  },
]
