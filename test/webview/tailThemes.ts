/** Colours that VS Code puts on a webview's root, as its own themes have them; only those the tail uses. */
export const THEMES = {
  'dark': {
    body: 'vscode-dark',
    colors: {
      'editor-background': '#1f1f1f', 'foreground': '#cccccc', 'descriptionForeground': '#9d9d9d',
      'sideBar-background': '#181818', 'panel-border': '#2b2b2b', 'focusBorder': '#0078d4', 'widget-border': '#3c3c3c',
      'editorError-foreground': '#f14c4c', 'editorWarning-foreground': '#cca700', 'editorInfo-foreground': '#3794ff',
      'testing-iconPassed': '#73c991', 'progressBar-background': '#0078d4',
      'button-background': '#0078d4', 'button-foreground': '#ffffff', 'button-hoverBackground': '#026ec1',
      'button-secondaryBackground': '#313131', 'button-secondaryForeground': '#cccccc', 'button-border': '#ffffff12',
      'button-secondaryHoverBackground': '#3c3c3c',
      'input-background': '#313131', 'input-foreground': '#cccccc', 'input-border': '#3c3c3c',
      'input-placeholderForeground': '#989898', 'settings-textInputBackground': '#313131',
      'dropdown-background': '#313131', 'dropdown-foreground': '#cccccc', 'dropdown-border': '#3c3c3c',
      'settings-dropdownListBorder': '#454545',
      'list-hoverBackground': '#2a2d2e', 'list-activeSelectionBackground': '#04395e',
      'list-activeSelectionForeground': '#ffffff', 'editor-findMatchHighlightBackground': '#9e6a03aa',
      'debugTokenExpression-name': '#9cdcfe', 'debugTokenExpression-string': '#ce9178',
      'debugTokenExpression-number': '#b5cea8', 'debugTokenExpression-boolean': '#4e94ce',
      'symbolIcon-propertyForeground': '#9cdcfe', 'widget-shadow': '#0000005c',
      'charts-green': '#89d185', 'panelTitle-activeBorder': '#0078d4', 'panelTitle-activeForeground': '#cccccc',
      'scrollbarSlider-background': '#79797966',
    },
  },
  'light': {
    body: 'vscode-light',
    colors: {
      'editor-background': '#ffffff', 'foreground': '#3b3b3b', 'descriptionForeground': '#6c6c6c',
      'sideBar-background': '#f8f8f8', 'panel-border': '#e5e5e5', 'focusBorder': '#005fb8', 'widget-border': '#e5e5e5',
      'editorError-foreground': '#e51400', 'editorWarning-foreground': '#8a6500', 'editorInfo-foreground': '#1a85ff',
      'testing-iconPassed': '#2f7d31', 'progressBar-background': '#005fb8',
      'button-background': '#005fb8', 'button-foreground': '#ffffff', 'button-hoverBackground': '#0258a8',
      'button-secondaryBackground': '#e5e5e5', 'button-secondaryForeground': '#3b3b3b', 'button-border': '#0000001a',
      'button-secondaryHoverBackground': '#cccccc',
      'input-background': '#ffffff', 'input-foreground': '#3b3b3b', 'input-border': '#cecece',
      'input-placeholderForeground': '#767676', 'settings-textInputBackground': '#ffffff',
      'dropdown-background': '#ffffff', 'dropdown-foreground': '#3b3b3b', 'dropdown-border': '#cecece',
      'settings-dropdownListBorder': '#cecece',
      'list-hoverBackground': '#f2f2f2', 'list-activeSelectionBackground': '#e8e8e8',
      'list-activeSelectionForeground': '#000000', 'editor-findMatchHighlightBackground': '#ea5c0055',
      'debugTokenExpression-name': '#9b46b0', 'debugTokenExpression-string': '#a31515',
      'debugTokenExpression-number': '#098658', 'debugTokenExpression-boolean': '#0000ff',
      'symbolIcon-propertyForeground': '#0451a5', 'widget-shadow': '#00000029',
      'charts-green': '#388a34', 'panelTitle-activeBorder': '#005fb8', 'panelTitle-activeForeground': '#3b3b3b',
      'scrollbarSlider-background': '#64646466',
    },
  },
  'high-contrast': {
    body: 'vscode-high-contrast',
    colors: {
      'editor-background': '#000000', 'foreground': '#ffffff', 'descriptionForeground': '#ffffffb3',
      'sideBar-background': '#000000', 'panel-border': '#6fc3df', 'focusBorder': '#f38518', 'contrastBorder': '#6fc3df',
      'contrastActiveBorder': '#f38518', 'widget-border': '#6fc3df',
      'editorError-foreground': '#ff6b6b', 'editorWarning-foreground': '#ffd370', 'editorInfo-foreground': '#3794ff',
      'testing-iconPassed': '#73c991', 'progressBar-background': '#6fc3df',
      'button-background': '#000000', 'button-foreground': '#ffffff', 'button-border': '#6fc3df',
      'button-secondaryForeground': '#ffffff', 'button-secondaryBackground': '#000000',
      'input-background': '#000000', 'input-foreground': '#ffffff', 'input-border': '#6fc3df',
      'input-placeholderForeground': '#ffffffb3', 'settings-textInputBackground': '#000000',
      'dropdown-background': '#000000', 'dropdown-foreground': '#ffffff', 'dropdown-border': '#6fc3df',
      'debugTokenExpression-name': '#ffffff', 'debugTokenExpression-string': '#f48771',
      'debugTokenExpression-number': '#89d185', 'debugTokenExpression-boolean': '#75bdfe',
      'charts-green': '#89d185', 'panelTitle-activeForeground': '#ffffff', 'panelTitle-activeBorder': '#f38518',
      'list-activeSelectionForeground': '#ffffff', 'symbolIcon-propertyForeground': '#9cdcfe',
    },
  },
} as const;

export type ThemeName = keyof typeof THEMES;

/** A style sheet with the theme's variables. */
export function themeCss(name: ThemeName): string {
  const lines = Object.entries(THEMES[name].colors).map(([key, value]) => `--vscode-${key}: ${value};`);
  return `:root { ${lines.join(' ')} --vscode-font-family: system-ui, "DejaVu Sans", sans-serif; `
    + '--vscode-font-size: 13px; --vscode-font-weight: normal; --vscode-editor-font-family: "DejaVu Sans Mono", monospace; }';
}
