# on_unavailable: accept never lets in without the primary's yes.
unavailable accept

   0       request A alice right id=1     -> check_password A
   10ms    password unavailable A         -> reject A; login reject primary_unavailable 1
   1s      request B alice right id=2     -> check_password B
   50s     clock                          -> cancel_primary B; reject B; login reject primary_unavailable 1

calls 0
