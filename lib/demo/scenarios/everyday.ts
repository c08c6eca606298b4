import type { Lesson } from './lesson'

/** Lessons about what a StatefulSet does when all is well. */
export const everyday: Lesson[] = [
  {
    id: 'ordered-start',
    title: { en: 'Ordered start', zh: '按顺序启动' },
    lines: [
      {
        en: 'Three replicas start one after the other: each waits until the one before it is Ready.',
        zh: '三个副本依次启动：每一个都要等前一个变为 Ready。',
      },
      {
        en: 'Look at the ladder: a rung appears, gets its claim, then its pod; only then comes the next.',
        zh: '请看阶梯：先出现一级，得到自己的存储声明，再得到 Pod，然后才轮到下一级。',
      },
    ],
    steps: [
      {
        say: {
          en: 'The set is created. The controller makes the claim data-kubia-0 first, then the pod kubia-0.',
          zh: '创建集合。控制器先创建存储声明 data-kubia-0，再创建 Pod kubia-0。',
        },
        do: (stage) => stage.create(),
        until: (stage) => stage.isReady('kubia-0'),
      },
      {
        say: {
          en: 'kubia-0 is Ready, so kubia-1 may start. Until that moment the controller did nothing but wait.',
          zh: 'kubia-0 已 Ready，kubia-1 可以启动。在此之前控制器只是在等待。',
        },
        until: (stage) => stage.isReady('kubia-1'),
      },
      {
        say: { en: 'The same for kubia-2, the last one.', zh: '最后一个 kubia-2 也是如此。' },
        until: (stage) => stage.settled(3),
      },
      {
        say: {
          en: 'All three are Ready. Each has a name of its own in DNS and a volume of its own.',
          zh: '三个都已 Ready。每个都有自己的 DNS 名称和自己的存储卷。',
        },
      },
    ],
  },
  {
    id: 'scale-down-up',
    title: { en: 'Scale down, then up: the same claims', zh: '缩容再扩容：还是原来的存储声明' },
    lines: [
      {
        en: 'Scaling down removes the highest ordinal first and keeps its claim; scaling up binds the same claim again.',
        zh: '缩容从序号最大的开始删除，但保留其存储声明；扩容时重新绑定同一个声明。',
      },
      {
        en: 'Look at the claims that stay below the ladder, and at what the pods answer afterwards.',
        zh: '请看阶梯下方保留下来的声明，以及之后各 Pod 返回的数据。',
      },
    ],
    steps: [
      {
        say: { en: 'Three replicas start.', zh: '三个副本启动。' },
        do: (stage) => stage.create(),
        until: (stage) => stage.settled(3),
      },
      {
        say: {
          en: 'Each pod is given something to keep: it writes it on its volume.',
          zh: '向每个 Pod 写入一些数据，数据保存在各自的卷上。',
        },
        do: async (stage) => {
          for (const ordinal of [0, 1, 2]) await stage.post(`kubia-${ordinal}`, `written by kubia-${ordinal}`)
        },
      },
      {
        say: {
          en: 'Scale to 1. kubia-2 goes first; kubia-1 has to wait until kubia-2 is gone altogether.',
          zh: '缩容到 1。kubia-2 先走；kubia-1 要等 kubia-2 完全消失。',
        },
        do: (stage) => stage.scale(1),
        until: (stage) => stage.settled(1),
      },
      {
        say: {
          en: 'data-kubia-1 and data-kubia-2 are still Bound: nobody uses them, and they still cost money.',
          zh: 'data-kubia-1 和 data-kubia-2 仍是 Bound：没有人使用，却仍在计费。',
        },
      },
      {
        say: {
          en: 'Scale to 3 again. The new pods find the old claims, and with them the old data.',
          zh: '再扩容到 3。新的 Pod 找到原来的声明，也就找到了原来的数据。',
        },
        do: (stage) => stage.scale(3),
        until: (stage) => stage.settled(3),
      },
      {
        say: {
          en: 'Ask kubia-2 through its proxy: it still says “written by kubia-2”. The pod is new, its identity is not.',
          zh: '通过代理访问 kubia-2：它仍然回答 “written by kubia-2”。Pod 是新的，身份没有变。',
        },
      },
    ],
  },
  {
    id: 'canary',
    title: { en: 'A rolling update with a canary', zh: '带金丝雀的滚动更新' },
    lines: [
      {
        en: 'With partition 4 only ordinals from 4 upwards get the new version; lower ones keep the old.',
        zh: 'partition 为 4 时，只有序号 4 及以上得到新版本，其余保持旧版本。',
      },
      {
        en: 'Look at the revisions beside the rungs. A parked canary looks finished to other tools; here it does not.',
        zh: '请看每级旁边的修订版本。停在金丝雀阶段的更新在别的工具里像已完成，在这里不会。',
      },
    ],
    steps: [
      {
        say: { en: 'Five replicas start, with partition 4.', zh: '五个副本启动，partition 为 4。' },
        do: (stage) => stage.create({ replicas: 5, partition: 4 }),
        until: (stage) => stage.settled(5),
      },
      {
        say: {
          en: 'The template gets a new image. Only kubia-4 is replaced: it is the canary.',
          zh: '模板换成新镜像。只有 kubia-4 被替换：它就是金丝雀。',
        },
        do: (stage) => stage.setImage('luksa/kubia-pet:v2'),
        until: (stage) => stage.image('kubia-4').endsWith(':v2') && stage.isReady('kubia-4'),
      },
      {
        say: {
          en: 'The update is parked: 1 of 5 is new, and nothing more will happen by itself.',
          zh: '更新停在这里：5 个中 1 个是新版本，不会再自动前进。',
        },
      },
      {
        say: {
          en: 'The canary sings. Partition 0 lets the others follow, 3 first, then 2, 1 and 0, one at a time.',
          zh: '金丝雀正常。把 partition 设为 0，其余依次跟上：先 3，再 2、1、0，一次一个。',
        },
        do: (stage) => stage.setPartition(0),
        until: (stage) => stage.image('kubia-0').endsWith(':v2') && stage.settled(5),
        atMost: 300,
      },
      {
        say: {
          en: 'All are on the new revision; it is now the current one.',
          zh: '全部进入新修订版本；它现在成为当前版本。',
        },
      },
    ],
  },
]
