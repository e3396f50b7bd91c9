# The second request joins a login whose password is still being checked: the primary is asked once.
   0       request A alice right id=1     -> check_password A
   10ms    request B alice right id=2     -> nothing
   20ms    password wrong A               -> nothing
   1s      clock                          -> reject A; reject B; login reject wrong_password 2

calls 0
