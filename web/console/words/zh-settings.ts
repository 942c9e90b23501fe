// Chinese of what the settings mean and allow. The source is the table of src/settings/table.ts, in English; each meaning here names the text
// that it is a translation of by that text's digest, so that a new setting, or another meaning, is found by test/settings-words.test.ts.

type Translation = readonly [digest: string, text: string];

export const settingMeanings: Readonly<Record<string, Translation>> = {
  AUTHMODE: ["561fec5e", "1：整个会话使用同一个 Guid。2：座席轮询期间更新 Guid"],
  GUIDINTERVAL: ["500c96e8", "AUTHMODE 2：Guid 存在多少毫秒后更新"],
  GUIDTIMEOUT: [
    "cf2a6adb",
    "AUTHMODE 2：Guid 自发出或最后一次轮询起有效的毫秒数；须大于 GUIDINTERVAL 和轮询的等待时间",
  ],
  AGENT_POLL_WAIT_FLAG: ["681f01a6", "ON：没有事件的轮询会被保持等待"],
  AGENT_POLL_WAIT_TIMES: ["f75b8fba", "轮询保持等待的间隔数"],
  AGENT_POLL_WAIT_INTERVAL: ["c50c99ea", "一个间隔的毫秒数；间隔数 × 间隔即等待时间，最多 15000"],
  EVENT_METHOD: ["587a599c", "座席获取事件的方式：AGENT_POLL，由座席查询"],
  GET_EVENT_MODE: ["14664df0", "1：每个座席自行轮询。2：受信任的主机代其全部座席轮询；座席自己的轮询此时返回 000-001"],
  SEATWAY_EVENT_GEN_TIME: ["bdb9cd7a", "ON：每个事件带有 eventGenTime，即其产生时的毫秒时间"],
  SEATWAY_EVENTS_KEPT: ["34e21388", "每个座席保留的事件数；最旧的让位"],
  SEATWAY_EVENT_UNREAD_MS: ["621e838c", "无人读取的事件保留的毫秒数"],
  SEATWAY_EVENT_READ_MS: ["34729a0f", "已读取的事件再保留的毫秒数，供连接中断后返回的事件流读者使用"],
  SEATWAY_FORCE_LOGIN: ["04b66e2e", "OFF：已签入的座席不能被第二次签入挤下线（100-015）"],
  SEATWAY_CONFIG: ["581b3f2f", "站点文件；只从环境变量读取。没有该文件时使用演示站点"],
  SEATWAY_DATA: ["bbabc23a", "数据库 seatway.db 和录音 recordings 所在的文件夹；不存在时创建"],
  SEATWAY_DATABASE_URL: [
    "e68540f0",
    "PostgreSQL 数据库，用来保存原本在 seatway.db 中的内容（store.md）；其中含有密码，请勿写入站点文件",
  ],
  SEATWAY_RECORDING_DAYS: ["379e9799", "早于这么多天的录音会被删除；0：从不"],
  SEATWAY_RECORDING_GIB: ["0e1b65e7", "全部录音可占用的 GiB；超出时删除最旧的。0：不限"],
  SEATWAY_CALL_RECORD_DAYS: ["17d34d41", "早于这么多天开始的通话，其记录会被删除；0：从不"],
  SEATWAY_HOST: ["37ce0c11", "HTTPS、SIP 和 RTP 监听的地址；不是本机回环地址时，密码不得为空"],
  SEATWAY_ADVERTISE: ["61736150", "写入 Contact 和 SDP 的地址。留空：SEATWAY_HOST。当其为 0.0.0.0 或 :: 时必填"],
  SEATWAY_HTTPS_PORT: ["0cd0e133", "HTTPS 上的 REST"],
  SEATWAY_HTTP_PORT: ["c3a7b6ef", "同样的 REST，使用明文 HTTP，仅限本机回环地址"],
  SEATWAY_SIP_PORT: ["55009a6d", "UDP 和 TCP 上的 SIP；0 完全关闭 SIP"],
  SEATWAY_SIPS_PORT: ["03f16732", "TLS 上的 SIP"],
  SEATWAY_ACME_DOMAINS: ["df496f78", "通过 ACME 申请证书并保持更新的域名；留空：不申请（deploy.md）"],
  SEATWAY_ACME_TERMS: ["57451aa6", "ON：您同意证书机构的条款；使用 SEATWAY_ACME_DOMAINS 时必须"],
  SEATWAY_ACME_EMAIL: ["97d95ba4", "证书机构可以写信的邮箱"],
  SEATWAY_ACME_DIRECTORY: ["c1a3f199", "证书机构的 ACME 目录"],
  SEATWAY_ACME_EAB_KEY_ID: [
    "f2dd87e5",
    "证书机构发给您的密钥编号，用来把 ACME 账户绑定到您在该机构的账户（外部账户绑定）；须与下面两项之一同用",
  ],
  SEATWAY_ACME_EAB_KEY: ["4564c2f6", "该密钥本身（HMAC）；属于机密，请勿写入站点文件"],
  SEATWAY_ACME_EAB_KEY_FILE: ["a9f1f322", "含有该密钥的文件，代替 SEATWAY_ACME_EAB_KEY"],
  SEATWAY_ACME_PORT: [
    "bb368bb0",
    "SEATWAY_HOST 上供证书机构验证域名归属（HTTP-01）的端口：每个域名的 80 端口都须通向这里。仅在使用 SEATWAY_ACME_DOMAINS 时开放",
  ],
  SEATWAY_SIP_DIGEST: ["a2283112", "对话机质询所用的算法，最强的在前；有些话机遇到不认识的算法会放弃"],
  SEATWAY_SIP_QOP: ["70ebd72a", "话机的摘要可以覆盖什么（RFC 7616）：auth-int 也覆盖请求的正文"],
  SEATWAY_SIP_NONCE_KEY: [
    "100f5855",
    "含有 16 字节或更长密钥的文件。密钥相同的节点接受彼此的摘要 nonce，因此话机可在所有节点注册",
  ],
  SEATWAY_SIP_SESSION_EXPIRES: ["3ae561a9", "对方支持会话定时器时，无人刷新的通话在这么多秒后结束（RFC 4028）"],
  SEATWAY_SIP_ALLOW: ["6e328690", "可以不受限制地发送 SIP 且永不封禁的地址；中继始终可以"],
  SEATWAY_SIP_PROXIES: ["f5baca95", "网关前的边缘代理：其自身不受限制；经其而来者按其 Via 中的地址限制和封禁"],
  SEATWAY_OVERLOAD_MS: ["19b8a99c", "事件循环持续滞后达到这么多毫秒时，拒绝新的呼叫和注册"],
  SEATWAY_RTP_PORTS: ["84f05c2a", "媒体端口；第一个为偶数"],
  SEATWAY_MML_PORT: ["db457eb0", "MML 控制台，仅限本机回环地址"],
  SEATWAY_POLL_TIMEOUT_MS: ["78e7c090", "座席这么多毫秒没有轮询或握手就会被签出；须大于轮询的等待时间"],
  SEATWAY_TAKE_UP_MS: ["27da7269", "重启后，通话中的各方可用这么多毫秒应答我们的 re-INVITE，之后其部分结束"],
  SEATWAY_PHONE_GRACE_MS: ["f29c8796", "浏览器中的话机在通话中断线后，可以离开这么多毫秒，之后通话结束；0：立即结束"],
  SEATWAY_NODE_NAME: ["f5fa5c15", "本节点的名称，即每个 Guid 的结尾"],
  SEATWAY_AGENT_ID_RANGE: ["c854c79a", "网关服务的工号范围"],
  SEATWAY_CORS_ORIGINS: ["5ea193e7", "浏览器可以从哪些网页来源调用"],
  SEATWAY_FRAME_ORIGINS: ["0e1d34f2", '哪些网页来源可以在框架中显示坐席桌面；框架需要 allow="microphone; camera"'],
  SEATWAY_TRUSTED_HOSTS: ["38122797", "无需 Guid 即可调用，并可代其全部座席轮询的主机"],
  SEATWAY_TRUSTED_CA: [
    "956d0abd",
    "CA 的 PEM 文件，持有其客户端证书的主机如同 SEATWAY_TRUSTED_HOSTS 中的主机受到信任；留空：无",
  ],
  SEATWAY_PUSH_TARGETS: [
    "0c3c2846",
    "签入时可要求将事件推送到何处（callBackUri、pushUrl）：协议、主机和端口须为其中之一",
  ],
  SEATWAY_PUSH_CA: ["a9e412eb", "通过 https 推送事件时，在通常的 CA 之外还信任的 CA 的 PEM 文件；留空：无"],
  SEATWAY_RATE_AGENT: ["254d474e", "一个座席的请求数，请求数/秒数"],
  SEATWAY_RATE_OPERATION: ["8a5c260b", "一个座席对同一操作的请求数"],
  SEATWAY_RATE_ADDRESS: ["c034079f", "来自同一地址的请求数，无论属于谁；受信任的主机不计入"],
  SEATWAY_JOURNAL_WAIT_MS: [
    "9066fdfa",
    "须先写入磁盘才能发出的内容，在存储不应答时最多等待这么多毫秒；在其恢复之前，拒绝新的外呼",
  ],
  SEATWAY_DRAIN_MS: [
    "b590529d",
    "网关停止时（SIGTERM、SIGINT），通话可继续这么多毫秒，之后释放；期间拒绝新的呼叫。第二个信号会立即释放通话",
  ],
  SEATWAY_MOST_CALLS: ["6f13b236", "同时存在的通话数：超出时拒绝外呼（100-007），并告知何时再试。0：不限"],
  SEATWAY_EVIDENCE_MIB: [
    "9cdc131e",
    "保存通话的 SIP 消息和记录的内存（MiB），供 npx seatway trace 和时间线使用；最旧的让位；0：不保留",
  ],
  SEATWAY_METRICS_ALLOW: ["db4173b2", "谁可以通过 HTTPS 读取 /metrics；本机始终可以"],
  SEATWAY_OTLP_URL: [
    "456bb74c",
    "OpenTelemetry 追踪的收集器（HTTP 上的 OTLP），会附加 /v1/traces；留空：不产生追踪（metrics.md）",
  ],
  SEATWAY_TRACE_PERCENT: ["71778e91", "每 100 条追踪中发送到那里的条数；带有 traceparent 的请求由其自行决定"],
  SEATWAY_LOG_LEVEL: ["22b1944d", "记录的最低级别；完整的电话号码只在 debug 级别出现"],
};

/** What is allowed is said in a few ways; `$1` and so on are values. */
const allowances: readonly (readonly [english: RegExp, chinese: string])[] = [
  [/^a whole number, (\d+) to (\d+)$/, "整数，$1 至 $2"],
  [/^a port, 1 to 65535, or 0 = off$/, "端口，1 至 65535；0 为关闭"],
  [/^ON or OFF$/, "ON 或 OFF"],
  [/^a path, 1 to 1024 characters$/, "路径，1 至 1024 个字符"],
  [/^a path, 1024 characters at most, or empty$/, "路径，最多 1024 个字符，或留空"],
  [/^an IP address$/, "IP 地址"],
  [/^an IP address, or empty$/, "IP 地址，或留空"],
  [/^IP addresses with commas between, or empty$/, "以逗号分隔的 IP 地址，或留空"],
  [
    /^IP addresses or subnets such as (\S+) with commas between, or (\S+)$/,
    "以逗号分隔的 IP 地址或子网（如 $1），或 $2",
  ],
  [
    /^origins like (\S+) with commas between, (\S+) for any, or empty$/,
    "以逗号分隔的来源（如 $1），$2 表示任意，或留空",
  ],
  [/^origins like (\S+) with commas between, or (\S+)$/, "以逗号分隔的来源（如 $1），或 $2"],
  [
    /^host names in small letters with commas between, (\d+) at most, or empty$/,
    "以逗号分隔的小写主机名，最多 $1 个，或留空",
  ],
  [/^visible characters, or empty$/, "可见字符，或留空"],
  [/^base64url \(letters, digits, (\S+) and (\S+)\), or empty$/, "base64url（字母、数字、$1 和 $2），或留空"],
  [/^a mail address, or empty$/, "邮箱地址，或留空"],
  [/^an https address$/, "https 地址"],
  [/^an address like (\S+), or empty$/, "如 $1 的地址，或留空"],
  [/^(\S+) within (\d+) to (\d+)$/, "$1，在 $2 至 $3 之内"],
  [/^(\S+), 1 to (\d+) in 1 to (\d+)$/, "$1，1 至 $2 次，每 1 至 $3 秒"],
  [/^(.+): one or more, with commas between$/, "$1：一个或多个，以逗号分隔"],
  [/^a text like (\S+) \((.+)\)$/, "如 $1 的文本（$2）"],
];

/** undefined: nobody has translated it. */
export function allowedInChinese(allowed: string): string | undefined {
  // Words and numbers of the setting itself are the same in each language.
  if (/^[\w-]+( or [\w-]+)*$/.test(allowed) && !/^ON or OFF$/.test(allowed)) return allowed.replaceAll(" or ", " 或 ");
  const found = allowances.find(([english]) => english.test(allowed));
  return found && allowed.replace(...found);
}
