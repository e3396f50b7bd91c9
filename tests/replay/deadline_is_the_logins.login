# Who joins late does not get more time: the deadline is the first request's arrival plus timeout, minus answer_before.
timeout 20s answer_before 500ms

   0       request A alice right id=1     -> check_password A
   10ms    password ok A                  -> start_call A
   15s     request B alice right id=2     -> nothing
   19500ms clock                          -> cancel_call A; reject A; reject B; login reject deadline 2

calls 1
