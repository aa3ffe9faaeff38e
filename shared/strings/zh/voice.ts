/** Voice messages: heard and recorded. */
export const voice = {
  'voice.name': '语音，{n} 秒',
  'voice.comma': '，',
  'voice.unplayed': '未播放',
  'voice.play': '播放',
  'voice.pause': '暂停',
  'voice.stopLoading': '取消加载',
  'voice.again': '重新加载',
  'voice.speed': '播放速度 {n} 倍',
  'voice.place': '播放进度',
  'voice.close': '停止播放',
  'voice.of': '{name} 的语音',
  'voice.show': '查看这条语音',
  'voice.failed': '语音下载失败',
  'voice.expired': '语音已过期',
  'voice.cannot': '无法播放此格式',
  'voice.gone': '语音已被撤回，播放已停止',
} as const;
