; Links of the app, and what an administrator may say on the command line of a silent installation.

!macro customInstall
  WriteRegStr SHELL_CONTEXT "Software\Classes\wukong" "" "URL:WuKong Desktop"
  WriteRegStr SHELL_CONTEXT "Software\Classes\wukong" "URL Protocol" ""
  WriteRegStr SHELL_CONTEXT "Software\Classes\wukong\DefaultIcon" "" "$INSTDIR\${APP_EXECUTABLE_FILENAME},0"
  ; Behind -- Chromium reads no switch, whatever a link holds.
  WriteRegStr SHELL_CONTEXT "Software\Classes\wukong\shell\open\command" "" '"$INSTDIR\${APP_EXECUTABLE_FILENAME}" -- "%1"'

  ; /DisableUpdates: only for all users, whose policy it is.
  ${If} $installMode == "all"
    ${GetParameters} $R0
    ClearErrors
    ${GetOptions} $R0 "/DisableUpdates" $R1
    ${IfNot} ${Errors}
      WriteRegDWORD HKLM "Software\Policies\WuKong Desktop" "DisableUpdates" 1
    ${EndIf}
    ClearErrors
  ${EndIf}
!macroend

!macro customUnInstall
  ; An update runs the uninstaller of the older version: the links stay for the newer one.
  ${IfNot} ${isUpdated}
    ReadRegStr $R0 SHELL_CONTEXT "Software\Classes\wukong\shell\open\command" ""
    ${If} $R0 == '"$INSTDIR\${APP_EXECUTABLE_FILENAME}" -- "%1"'
      DeleteRegKey SHELL_CONTEXT "Software\Classes\wukong"
    ${EndIf}
  ${EndIf}
!macroend
