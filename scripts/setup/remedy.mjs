// The command that installs a missing tool on this system.
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const commands = {
  python: {
    apt: 'sudo apt-get install -y python3 python3-pip',
    dnf: 'sudo dnf install -y python3 python3-pip',
    pacman: 'sudo pacman -S --needed python python-pip',
    zypper: 'sudo zypper install -y python3 python3-pip',
    brew: 'brew install python',
    winget: 'winget install Python.Python.3.12',
  },
  compiler: {
    apt: 'sudo apt-get install -y g++',
    dnf: 'sudo dnf install -y gcc-c++',
    pacman: 'sudo pacman -S --needed gcc',
    zypper: 'sudo zypper install -y gcc-c++',
    brew: 'xcode-select --install',
    winget: 'winget install Microsoft.VisualStudio.2022.BuildTools',
  },
}

/** Whether a program of this name is on the PATH. */
export function onPath(name) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : ['']
  return (process.env.PATH ?? '').split(delimiter).some((folder) => endings.some((ending) => existsSync(join(folder, name + ending))))
}

/** Which package manager this machine has. */
export function packageManager() {
  if (process.platform === 'darwin') return 'brew'
  if (process.platform === 'win32') return 'winget'
  const found = [
    ['apt-get', 'apt'],
    ['dnf', 'dnf'],
    ['pacman', 'pacman'],
    ['zypper', 'zypper'],
  ].find(([program]) => onPath(program))
  return found ? found[1] : 'apt'
}

/** @param {('python' | 'compiler')[]} tools */
export function installCommand(...tools) {
  const command = tools.map((tool) => commands[tool][packageManager()]).join(' && ')
  return process.getuid?.() === 0 ? command.replaceAll('sudo ', '') : command
}
