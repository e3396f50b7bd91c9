# A Reject of our own has only Reply-Message of what the primary said with its no, and nothing of what it said with its yes.
   0       request A alice guess id=1 proxy_state=p           -> check_password A
   10ms    password wrong A 18=sorry 25=staff                 -> nothing
   1s      clock                                              -> reject A 18=sorry; login reject wrong_password 1
   2s      request B alice right id=2                         -> check_password B
   2s      password ok B 18=welcome 25=staff                  -> start_call B
   3s      factor denied B                                    -> reject B; login reject denied 1

calls 1
