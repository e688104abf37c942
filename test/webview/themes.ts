/** Some of the variables that VS Code sets on a webview, as its own themes have them. */
export type Theme = 'dark' | 'light' | 'contrast';

const themes: Readonly<Record<Theme, Readonly<Record<string, string>>>> = {
  dark: {
    'editor-background': '#1f1f1f', 'editor-foreground': '#cccccc', foreground: '#cccccc',
    descriptionForeground: '#9d9d9d', errorForeground: '#f85149', focusBorder: '#0078d4',
    'sideBar-background': '#181818', 'panel-border': '#2b2b2b', 'editorWidget-background': '#202020',
    'editorWidget-border': '#313131', 'editorError-foreground': '#f14c4c', 'editorWarning-foreground': '#cca700',
    'editorInfo-foreground': '#3794ff', 'charts-purple': '#b180d7', 'charts-orange': '#d18616',
    'charts-green': '#89d185', 'charts-blue': '#3794ff', 'button-background': '#0078d4', 'button-foreground': '#ffffff',
    'button-hoverBackground': '#026ec1', 'button-secondaryBackground': '#313131',
    'button-secondaryForeground': '#cccccc', 'input-background': '#313131', 'input-foreground': '#cccccc',
    'input-placeholderForeground': '#989898', 'dropdown-border': '#3c3c3c', 'list-hoverBackground': '#2a2d2e',
    'toolbar-hoverBackground': '#5a5d5e50', 'menu-background': '#1f1f1f', 'menu-foreground': '#cccccc',
    'menu-selectionBackground': '#0078d4', 'menu-selectionForeground': '#ffffff', 'menu-border': '#454545',
    'icon-foreground': '#cccccc', 'settings-textInputBorder': '#3c3c3c',
  },
  light: {
    'editor-background': '#ffffff', 'editor-foreground': '#3b3b3b', foreground: '#3b3b3b',
    descriptionForeground: '#3b3b3bb3', errorForeground: '#f85149', focusBorder: '#005fb8',
    'sideBar-background': '#f8f8f8', 'panel-border': '#e5e5e5', 'editorWidget-background': '#f8f8f8',
    'editorWidget-border': '#c8c8c8', 'editorError-foreground': '#e51400', 'editorWarning-foreground': '#bf8803',
    'editorInfo-foreground': '#1a85ff', 'charts-purple': '#652d90', 'charts-orange': '#d18616',
    'charts-green': '#388a34', 'charts-blue': '#1a85ff', 'button-background': '#005fb8', 'button-foreground': '#ffffff',
    'button-hoverBackground': '#0258a8', 'button-secondaryBackground': '#e5e5e5',
    'button-secondaryForeground': '#3b3b3b', 'input-background': '#ffffff', 'input-foreground': '#3b3b3b',
    'input-placeholderForeground': '#767676', 'dropdown-border': '#cecece', 'list-hoverBackground': '#f2f2f2',
    'toolbar-hoverBackground': '#b8b8b850', 'menu-background': '#ffffff', 'menu-foreground': '#3b3b3b',
    'menu-selectionBackground': '#005fb8', 'menu-selectionForeground': '#ffffff', 'menu-border': '#cecece',
    'icon-foreground': '#3b3b3b', 'settings-textInputBorder': '#cecece',
  },
  contrast: {
    'editor-background': '#000000', 'editor-foreground': '#ffffff', foreground: '#ffffff',
    descriptionForeground: '#ffffffb3', errorForeground: '#f48771', focusBorder: '#f38518', contrastBorder: '#6fc3df',
    contrastActiveBorder: '#f38518', 'sideBar-background': '#000000', 'panel-border': '#6fc3df',
    'editorWidget-background': '#0c141f', 'editorWidget-border': '#6fc3df', 'editorError-foreground': '#f48771',
    'editorWarning-foreground': '#ffd37c', 'editorInfo-foreground': '#3794ff', 'charts-purple': '#b180d7',
    'charts-orange': '#d18616', 'charts-green': '#89d185', 'charts-blue': '#3794ff', 'button-foreground': '#ffffff',
    'button-background': '#000000', 'button-border': '#6fc3df', 'button-secondaryForeground': '#ffffff', 'input-background': '#000000',
    'input-foreground': '#ffffff', 'input-placeholderForeground': '#ffffffb3', 'dropdown-border': '#6fc3df',
    'menu-background': '#000000', 'menu-foreground': '#ffffff', 'menu-border': '#6fc3df', 'icon-foreground': '#ffffff',
  },
};

const fonts = {
  'font-family': 'system-ui, "Segoe UI", "Liberation Sans", "DejaVu Sans", sans-serif', 'font-size': '13px', 'font-weight': 'normal',
  'editor-font-family': '"Liberation Mono", "DejaVu Sans Mono", monospace',
};

export function themeCss(theme: Theme): string {
  const values = Object.entries({ ...fonts, ...themes[theme] });
  return `html{${values.map(([name, value]) => `--vscode-${name}:${value}`).join(';')}}`;
}
